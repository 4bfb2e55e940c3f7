SELECT
  strptime(date, '%Y/%m/%d %H:%M') AS departed_at,
  origin,
  destination,
  delay::INTEGER AS delay_minutes,
  distance::INTEGER AS distance_miles,
  _object AS source_file
FROM input
