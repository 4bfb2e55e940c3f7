package io.hosu.tables;

class SqliteInPlaceTest extends OnSqlite implements InPlaceContract {}
