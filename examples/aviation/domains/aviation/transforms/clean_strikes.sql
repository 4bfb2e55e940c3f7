SELECT
  "Airport Name" AS airport,
  "Flight Date" AS flight_date,
  "Origin State" AS state,
  "Aircraft Airline Operator" AS operator,
  "Aircraft Make Model" AS aircraft,
  "Wildlife Species" AS species,
  "Wildlife Size" AS size,
  "Phase of flight" AS phase,
  "Effect Amount of damage" AS damage,
  "Cost Total $"::BIGINT AS cost_dollars,
  _object AS source_file,
  _line AS source_line
FROM input
