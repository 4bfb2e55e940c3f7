package io.hosu.cli;

import java.util.List;

/**
 * What the demo does, and every number it must come to. The numbers were counted from the files of
 * {@code examples/aviation} with another program.
 *
 * @param rounds files to put, round by round; each round is worked off before the next begins
 * @param counts what must be true after the last round
 * @param questions queries to show, with their first row
 * @param broken the object that must be the one dead letter
 * @param brokenLine the line that must be named
 * @param corrected the file that replaces it
 * @param finalCounts what must be true when all is put
 * @param access what another team sees, asks for and is given in the end
 */
record DemoScript(
    List<List<File>> rounds,
    List<Count> counts,
    List<Question> questions,
    String broken,
    long brokenLine,
    File corrected,
    List<Count> finalCounts,
    Access access) {

  /** A file of the example, and where to put it. */
  record File(String path, String target) {}

  /** A number that the lake must give. */
  record Count(String what, String sql, long expected) {}

  /** A query worth showing, and the first row of its answer. */
  record Question(String asks, String sql, List<String> firstRow) {}

  /**
   * A table that is shared in part, and one that is not.
   *
   * @param asker who asks, from another team
   * @param shared what the asker sees of the one
   * @param seen how many rows of it
   * @param wanted a number of the other, which is refused at first
   * @param giver who may give it, and does
   */
  record Access(String asker, Question shared, Count seen, Count wanted, String giver) {}

  private static final String BROKEN = "raw/aviation/strikes/2001-q3.csv";

  /**
   * The script of {@code examples/aviation}. The airports come after the flights, because the join
   * of both runs once each was refreshed.
   */
  static DemoScript aviation() {
    return new DemoScript(
        List.of(
            List.of(
                raw("flights/2001-01.json"),
                raw("flights/2001-02.json"),
                raw("flights/2001-03.json"),
                raw("strikes/2001-q1.csv"),
                raw("strikes/2001-q2.csv"),
                raw("strikes/2001-q4.csv"),
                raw("weather/seattle-2012.csv"),
                raw("weather/seattle-2013.csv"),
                raw("weather/seattle-2014.csv"),
                raw("weather/seattle-2015.csv")),
            List.of(raw("airports/airports.csv"), raw("strikes/2001-q3.csv"))),
        List.of(
            rows("aviation.stage.airports", 3376),
            rows("aviation.stage.flights", 2000),
            rows("aviation.stage.strikes", 653),
            rows("aviation.stage.weather", 1461),
            rows("aviation.analytics.airport_delays", 155),
            rows("aviation.analytics.weather_by_month", 48)),
        List.of(
            new Question(
                "Which airports have the most flights, and how late are they?",
                """
                SELECT iata, airport, state, flights, average_delay, worst_delay
                FROM aviation.analytics.airport_delays ORDER BY flights DESC, iata LIMIT 5\
                """,
                List.of("ORD", "Chicago O'Hare International", "IL", "119", "2.0", "73")),
            new Question(
                "Where do birds hit aircraft? (one file of four is missing)",
                """
                SELECT state, strikes, with_damage, cost_dollars
                FROM aviation.analytics.strikes_by_state ORDER BY strikes DESC, state LIMIT 5\
                """,
                List.of("Texas", "90", "9", "1432"))),
        BROKEN,
        122,
        new File("data/corrected/2001-q3.csv", BROKEN),
        List.of(
            rows("aviation.stage.strikes", 1095),
            new Count(
                "strikes in Texas",
                "SELECT strikes FROM aviation.analytics.strikes_by_state WHERE state = 'Texas'",
                174),
            new Count(
                "flights joined",
                "SELECT sum(flights) FROM aviation.analytics.airport_delays",
                2000)),
        aviationAccess());
  }

  private static Access aviationAccess() {
    return new Access(
        "ivy",
        new Question(
            "Ask as ivy, who insures: strikes are shared with her team, if they did damage, without"
                + " the airline",
            """
            SELECT airport, flight_date, operator, damage, cost_dollars
            FROM aviation.stage.strikes ORDER BY cost_dollars DESC LIMIT 3\
            """,
            List.of(
                "NEWARK LIBERTY INTL ARPT", "2001-06-08", "withheld", "Substantial", "3644483")),
        new Count("rows that she sees", "SELECT count(*) FROM aviation.stage.strikes", 111),
        new Count(
            "rows that she sees", "SELECT count(*) FROM aviation.analytics.airport_delays", 155),
        "alice");
  }

  private static File raw(String path) {
    return new File("data/" + path, "raw/aviation/" + path);
  }

  private static Count rows(String table, long expected) {
    return new Count("rows of " + table, "SELECT count(*) FROM " + table, expected);
  }
}
