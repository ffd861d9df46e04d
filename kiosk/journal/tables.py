"""The journal's tables: the rules that must hold whatever the program does are written here as constraints."""

VERSION = 1

# ticket.doubt: 1 while the server may have carried out what was asked under this key, and nobody knows.
# ticket.hand_in: only tickets from a block are handed in. ticket.cancel: the customer gave such a ticket back.
TABLES = """
CREATE TABLE IF NOT EXISTS ticket (
  key TEXT PRIMARY KEY,
  asked TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asking', 'online', 'offline', 'given_up')),
  doubt INTEGER NOT NULL CHECK (doubt IN (0, 1)),
  answer TEXT,
  ticket_id TEXT,
  block_id TEXT REFERENCES block (id),
  serial INTEGER,
  issue_order INTEGER UNIQUE,
  hand_in TEXT NOT NULL DEFAULT 'none' CHECK (hand_in IN ('none', 'waiting', 'done', 'refused')),
  cancel TEXT NOT NULL DEFAULT 'none' CHECK (cancel IN ('none', 'wanted', 'done', 'refused')),
  cancel_key TEXT,
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (block_id, serial),
  CHECK ((state = 'offline') = (block_id IS NOT NULL)),
  CHECK (state NOT IN ('online', 'offline') OR answer IS NOT NULL)
);
CREATE INDEX IF NOT EXISTS ticket_id ON ticket (ticket_id);
CREATE INDEX IF NOT EXISTS ticket_to_hand_in ON ticket (issue_order) WHERE hand_in = 'waiting';
CREATE INDEX IF NOT EXISTS ticket_in_doubt ON ticket (key) WHERE doubt = 1;
CREATE TABLE IF NOT EXISTS paper (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL REFERENCES ticket (key),
  is_copy INTEGER NOT NULL CHECK (is_copy IN (0, 1)),
  state TEXT NOT NULL CHECK (state IN ('to_print', 'printing', 'printed', 'failed', 'unknown')),
  trouble TEXT NOT NULL DEFAULT '',
  at TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS one_original ON paper (key) WHERE is_copy = 0;
CREATE INDEX IF NOT EXISTS papers_of_a_ticket ON paper (key);
CREATE INDEX IF NOT EXISTS paper_under_way ON paper (state) WHERE state IN ('to_print', 'printing');
CREATE TABLE IF NOT EXISTS block (
  id TEXT PRIMARY KEY,
  queue_id TEXT NOT NULL,
  prefix TEXT NOT NULL,
  first_serial INTEGER NOT NULL,
  last_serial INTEGER NOT NULL,
  next_serial INTEGER NOT NULL,
  business_day TEXT NOT NULL,
  leased_at TEXT NOT NULL,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'returned')),
  note TEXT NOT NULL DEFAULT '',
  CHECK (first_serial <= next_serial AND next_serial <= last_serial + 1)
);
CREATE TABLE IF NOT EXISTS lease (
  queue_id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  size INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
