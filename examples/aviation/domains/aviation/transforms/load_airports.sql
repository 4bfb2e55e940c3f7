SELECT
  iata,
  name,
  nullif(city, 'NA') AS city,
  nullif(state, 'NA') AS state,
  country,
  latitude,
  longitude
FROM input
