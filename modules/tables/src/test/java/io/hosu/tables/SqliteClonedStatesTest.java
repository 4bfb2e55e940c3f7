package io.hosu.tables;

class SqliteClonedStatesTest extends OnSqlite implements ClonedStatesContract {}
