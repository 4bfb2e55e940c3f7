package io.hosu.tables;

class PostgresClonedStatesTest extends OnPostgres implements ClonedStatesContract {}
