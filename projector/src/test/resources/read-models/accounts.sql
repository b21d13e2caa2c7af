CREATE TABLE account (
  account text PRIMARY KEY,
  owner text,
  balance numeric NOT NULL DEFAULT 0 CHECK (balance > -1000000),
  entries integer NOT NULL DEFAULT 0,
  status text NOT NULL DEFAULT 'new'
);

CREATE INDEX ON account (owner);

CREATE TABLE owner (
  owner text PRIMARY KEY,
  accounts integer NOT NULL DEFAULT 0,
  balance numeric NOT NULL DEFAULT 0
);
