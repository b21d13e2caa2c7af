CREATE TABLE order_summary (
  order_id text PRIMARY KEY,
  customer_id text NOT NULL,
  customer_name text,
  country text,
  ordered_on date NOT NULL,
  required_on date NOT NULL,
  shipped_on date,
  status text NOT NULL,
  lines integer NOT NULL DEFAULT 0,
  gross numeric NOT NULL DEFAULT 0,
  discount numeric NOT NULL DEFAULT 0,
  net numeric NOT NULL DEFAULT 0,
  freight numeric NOT NULL,
  shipper text NOT NULL
);

CREATE INDEX ON order_summary (customer_id);

-- What an order shows of its customer.
CREATE TABLE order_summary_customer (
  customer_id text PRIMARY KEY,
  company_name text NOT NULL,
  country text NOT NULL
);
