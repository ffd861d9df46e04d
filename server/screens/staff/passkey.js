/** Passkeys: what the server asks for and what the device answers, with bytes as base64url on the line. */

// A passkey is kept for a name: at a bare address there is none to keep it for.
const ADDRESS = /^[\d.]+$|:/;

/** Why a browser may not use passkeys here: only over https or on the machine itself, and not every one knows them. */
export function whyNoPasskeys() {
  if (ADDRESS.test(location.hostname)) return "address";
  if (!isSecureContext) return "insecure";
  return typeof PublicKeyCredential === "undefined" || !navigator.credentials ? "unknown" : null;
}

/**
 * A new passkey on this device, or on the telephone that is held to it.
 * @param {any} options
 * @returns {Promise<Record<string, any> | null>} null: the person has turned away
 */
export async function madePasskey(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) } };
  publicKey.excludeCredentials = (options.excludeCredentials ?? []).map(withBytes);
  const made = await unlessTurnedAway(navigator.credentials.create({ publicKey }));
  if (!made) return null;
  const response = /** @type {AuthenticatorAttestationResponse} */ (made.response);
  const transports = response.getTransports ? response.getTransports() : [];
  return told(made, { attestationObject: text(response.attestationObject), transports });
}

/**
 * An answer by a passkey that the device has.
 * @param {any} options
 * @returns {Promise<Record<string, any> | null>} null: the person has turned away
 */
export async function askedPasskey(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  publicKey.allowCredentials = (options.allowCredentials ?? []).map(withBytes);
  const given = await unlessTurnedAway(navigator.credentials.get({ publicKey }));
  if (!given) return null;
  const response = /** @type {AuthenticatorAssertionResponse} */ (given.response);
  return told(given, {
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  });
}

/**
 * @param {Promise<Credential | null>} asking
 * @returns {Promise<PublicKeyCredential | null>}
 */
async function unlessTurnedAway(asking) {
  try {
    return /** @type {PublicKeyCredential | null} */ (await asking);
  } catch (problem) {
    // A closed window, a passkey that is there already, a device that knows none: to the page they are all a "no".
    if (problem instanceof DOMException) return null;
    throw problem;
  }
}

/**
 * @param {PublicKeyCredential} credential
 * @param {Record<string, any>} more
 */
function told(credential, more) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON), ...more };
  const { id, type } = credential;
  return { id, rawId: text(credential.rawId), type, response, clientExtensionResults: credential.getClientExtensionResults() };
}

/** @param {{id: string, type: PublicKeyCredentialType}} known */
function withBytes(known) {
  return { ...known, id: bytes(known.id) };
}

/** @param {string} base64url */
function bytes(base64url) {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
