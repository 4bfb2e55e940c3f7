SELECT
  order_id::BIGINT AS order_id,
  ordered_at::TIMESTAMP AS ordered_at,
  lower(trim(customer)) AS customer,
  product,
  quantity::INTEGER AS quantity,
  price::DECIMAL(18, 2) AS price,
  _object AS source_file
FROM input
