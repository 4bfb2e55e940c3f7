SELECT
  a.iata,
  a.name AS airport,
  a.state,
  count(*) AS flights,
  round(avg(f.delay_minutes), 1) AS average_delay,
  max(f.delay_minutes) AS worst_delay
FROM stage.flights f
JOIN stage.airports a ON a.iata = f.origin
GROUP BY a.iata, a.name, a.state
