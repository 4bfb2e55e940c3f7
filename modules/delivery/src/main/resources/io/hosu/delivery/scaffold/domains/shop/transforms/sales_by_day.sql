SELECT
  ordered_at::DATE AS day,
  count(*) AS orders,
  sum(quantity) AS items,
  sum(quantity * price)::DECIMAL(18, 2) AS sales
FROM stage.orders
GROUP BY ALL
