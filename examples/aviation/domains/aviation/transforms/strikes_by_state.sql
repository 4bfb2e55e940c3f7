SELECT
  state,
  count(*) AS strikes,
  count(*) FILTER (WHERE damage <> 'None') AS with_damage,
  sum(cost_dollars)::BIGINT AS cost_dollars
FROM stage.strikes
GROUP BY state
