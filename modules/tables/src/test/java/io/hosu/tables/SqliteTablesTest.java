package io.hosu.tables;

class SqliteTablesTest extends OnSqlite implements TablesContract {}
