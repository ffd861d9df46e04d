"""The backtest itself is judged: same customers for all, honest beliefs, and wrong programs found out."""
