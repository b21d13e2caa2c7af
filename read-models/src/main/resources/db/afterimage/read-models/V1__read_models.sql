-- The versions of each projection; each has tables of its own, named <table>__v<version>.
CREATE TABLE projection_version (
  projection text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  revision integer NOT NULL CHECK (revision > 0),
  phase text NOT NULL CHECK (phase IN ('building', 'active', 'retired')),
  schema_name text NOT NULL,
  table_names text[] NOT NULL,
  definition_checksum text NOT NULL,
  postponed_indexes text[] NOT NULL DEFAULT '{}',
  failure text,
  failed_position bigint,
  failed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  activated_at timestamptz,
  PRIMARY KEY (projection, version)
);

-- Readers are never in doubt: a projection has at most one active version.
CREATE UNIQUE INDEX projection_version_one_active ON projection_version (projection) WHERE phase = 'active';

-- The position up to which a version has been folded; moves in the transaction that writes the version's rows, fenced by
-- the epoch. A retired version follows the active one and never passes it.
CREATE TABLE checkpoint (
  projection text NOT NULL,
  version integer NOT NULL,
  position bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
  epoch bigint NOT NULL DEFAULT 0,
  follows_active boolean NOT NULL DEFAULT false,
  moved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (projection, version),
  FOREIGN KEY (projection, version) REFERENCES projection_version ON DELETE CASCADE
) WITH (fillfactor = 10);
