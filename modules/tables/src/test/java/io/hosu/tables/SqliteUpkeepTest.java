package io.hosu.tables;

class SqliteUpkeepTest extends OnSqlite implements UpkeepContract, OrphansContract {}
