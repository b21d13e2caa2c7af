CREATE TABLE customers (
  customer_id text PRIMARY KEY,
  company_name text NOT NULL,
  city text NOT NULL,
  country text NOT NULL
);

CREATE TABLE products (
  product_id integer PRIMARY KEY,
  name text NOT NULL,
  category text NOT NULL,
  unit_price numeric NOT NULL CHECK (unit_price >= 0)
);

CREATE TABLE orders (
  order_id text PRIMARY KEY,
  customer_id text NOT NULL REFERENCES customers,
  ordered_on date NOT NULL,
  required_on date NOT NULL,
  shipped_on date,
  freight numeric NOT NULL CHECK (freight >= 0),
  ship_city text NOT NULL,
  ship_country text NOT NULL,
  shipper text NOT NULL
);

-- The price and the discount of the day, whatever becomes of the product.
CREATE TABLE order_lines (
  order_id text NOT NULL REFERENCES orders,
  product_id integer NOT NULL REFERENCES products,
  unit_price numeric NOT NULL CHECK (unit_price >= 0),
  quantity integer NOT NULL CHECK (quantity > 0),
  discount numeric NOT NULL CHECK (discount BETWEEN 0 AND 1),
  PRIMARY KEY (order_id, product_id)
);
