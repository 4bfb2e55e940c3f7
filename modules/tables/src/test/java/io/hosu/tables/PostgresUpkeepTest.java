package io.hosu.tables;

class PostgresUpkeepTest extends OnPostgres implements UpkeepContract, OrphansContract {}
