package io.hosu.tables;

class PostgresTablesTest extends OnPostgres implements TablesContract {}
