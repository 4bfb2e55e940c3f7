package io.hosu.tables;

class PostgresInPlaceTest extends OnPostgres implements InPlaceContract {}
