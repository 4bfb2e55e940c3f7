-- Where the tables lie that there are: their metadata files are LAYER/DOMAIN/NAME/metadata/FILE.
INSERT INTO table_places (place, table_name)
SELECT
  substr(folder, 6, length(folder) - 5 - length('metadata/')),
  table_name
FROM (
  SELECT
    rtrim(metadata_location, replace(metadata_location, '/', '')) AS folder,
    domain || '.' || layer || '.' || name AS table_name
  FROM tables
  WHERE domain <> 'system'
) AS located
WHERE true
ON CONFLICT (place) DO NOTHING;
