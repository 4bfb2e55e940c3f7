SELECT
  date_trunc('month', day)::DATE AS month,
  round(sum(precipitation), 1) AS precipitation_mm,
  max(temp_max) AS warmest,
  min(temp_min) AS coldest,
  count(*) FILTER (WHERE weather = 'rain') AS rainy_days
FROM stage.weather
GROUP BY ALL
