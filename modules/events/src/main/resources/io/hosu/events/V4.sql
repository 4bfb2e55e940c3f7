-- The objects that no rule took are counted whenever somebody asks how the lake is.
CREATE INDEX events_unmatched_objects ON events (detail_type, time)
  WHERE matched = 0 AND source = 'hosu.objects';
