CREATE TABLE product_sales (
  product_id integer PRIMARY KEY,
  product_name text,
  category text,
  quantity bigint NOT NULL DEFAULT 0,
  net numeric NOT NULL DEFAULT 0
);

CREATE INDEX ON product_sales (category);
