CREATE TABLE shipments (
  shipped_on date PRIMARY KEY,
  orders bigint NOT NULL
);
