"""Reaches scipy's special functions only when first needed: a start need not wait 0.3 s for the import."""


def beta_below(alpha: float, beta: float, x: float) -> float:
    """P(X < x) for X ~ Beta(alpha, beta), both > 0, x in 0..1: the regularised incomplete beta function."""
    from scipy.special import betainc

    return float(betainc(alpha, beta, x))


def gamma_quantile(alpha: float, probability: float) -> float:
    """The x with P(X < x) = `probability` for X ~ Gamma(alpha, 1), alpha > 0."""
    from scipy.special import gammaincinv

    return float(gammaincinv(alpha, probability))


def beta_quantile(alpha: float, beta: float, probability: float) -> float:
    """The x with P(X < x) = `probability` for X ~ Beta(alpha, beta), alpha and beta > 0."""
    from scipy.special import betaincinv

    return float(betaincinv(alpha, beta, probability))
