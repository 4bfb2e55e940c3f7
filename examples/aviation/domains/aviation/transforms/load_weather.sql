SELECT date AS day, precipitation, temp_max, temp_min, wind, weather
FROM input
