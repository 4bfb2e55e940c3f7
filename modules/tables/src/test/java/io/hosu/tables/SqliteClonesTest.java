package io.hosu.tables;

class SqliteClonesTest extends OnSqlite implements ClonesContract {}
