package io.hosu.tables;

class PostgresClonesTest extends OnPostgres implements ClonesContract {}
