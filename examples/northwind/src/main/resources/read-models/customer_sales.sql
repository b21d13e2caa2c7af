CREATE TABLE customer_sales (
  customer_id text PRIMARY KEY,
  company_name text,
  country text,
  orders integer NOT NULL DEFAULT 0,
  net numeric NOT NULL DEFAULT 0,
  first_order_on date,
  last_order_on date
);

CREATE INDEX ON customer_sales (country);

-- Whose order it is: an order line does not say.
CREATE TABLE customer_sales_order (
  order_id text PRIMARY KEY,
  customer_id text NOT NULL
);
