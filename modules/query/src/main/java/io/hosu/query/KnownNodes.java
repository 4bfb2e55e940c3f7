package io.hosu.query;

import java.util.Map;
import java.util.Set;

/** The parts of a syntax tree that the guard lets pass, of this very version of the engine. */
final class KnownNodes {
  static final Set<String> NODES =
      Set.of("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE");
  static final Set<String> RELATIONS =
      Set.of(
          "BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT");
  static final Set<String> MODIFIERS =
      Set.of("LIMIT_MODIFIER", "ORDER_MODIFIER", "DISTINCT_MODIFIER", "LIMIT_PERCENT_MODIFIER");
  static final Set<String> ORDERS =
      Set.of("ORDER_DEFAULT", "ASCENDING", "DESCENDING", "ORDER_ASCENDING", "ORDER_DESCENDING");
  static final Map<String, Set<String>> EXPRESSIONS =
      Map.ofEntries(
          Map.entry("BETWEEN", Set.of("COMPARE_BETWEEN", "COMPARE_NOT_BETWEEN")),
          Map.entry("CASE", Set.of("CASE_EXPR")),
          Map.entry("CAST", Set.of("OPERATOR_CAST")),
          Map.entry("COLLATE", Set.of("COLLATE")),
          Map.entry("COLUMN_REF", Set.of("COLUMN_REF")),
          Map.entry(
              "COMPARISON",
              Set.of(
                  "COMPARE_EQUAL",
                  "COMPARE_NOTEQUAL",
                  "COMPARE_LESSTHAN",
                  "COMPARE_GREATERTHAN",
                  "COMPARE_LESSTHANOREQUALTO",
                  "COMPARE_GREATERTHANOREQUALTO",
                  "COMPARE_DISTINCT_FROM",
                  "COMPARE_NOT_DISTINCT_FROM")),
          Map.entry("CONJUNCTION", Set.of("CONJUNCTION_AND", "CONJUNCTION_OR")),
          Map.entry("CONSTANT", Set.of("VALUE_CONSTANT")),
          Map.entry("FUNCTION", Set.of("FUNCTION")),
          Map.entry("LAMBDA", Set.of("LAMBDA")),
          Map.entry("LAMBDA_REF", Set.of("LAMBDA_REF")),
          Map.entry(
              "OPERATOR",
              Set.of(
                  "OPERATOR_NOT",
                  "OPERATOR_IS_NULL",
                  "OPERATOR_IS_NOT_NULL",
                  "OPERATOR_COALESCE",
                  "OPERATOR_NULLIF",
                  "OPERATOR_TRY",
                  "OPERATOR_UNPACK",
                  "COMPARE_IN",
                  "COMPARE_NOT_IN",
                  "GROUPING_FUNCTION",
                  "ARRAY_EXTRACT",
                  "ARRAY_SLICE",
                  "ARRAY_CONSTRUCTOR",
                  "STRUCT_EXTRACT")),
          Map.entry("POSITIONAL_REFERENCE", Set.of("POSITIONAL_REFERENCE")),
          Map.entry("STAR", Set.of("STAR")),
          Map.entry("SUBQUERY", Set.of("SUBQUERY")),
          Map.entry("TYPE", Set.of("TYPE")),
          Map.entry(
              "WINDOW",
              Set.of(
                  "WINDOW_AGGREGATE",
                  "WINDOW_RANK",
                  "WINDOW_RANK_DENSE",
                  "WINDOW_NTILE",
                  "WINDOW_PERCENT_RANK",
                  "WINDOW_CUME_DIST",
                  "WINDOW_ROW_NUMBER",
                  "WINDOW_FIRST_VALUE",
                  "WINDOW_LAST_VALUE",
                  "WINDOW_NTH_VALUE",
                  "WINDOW_LEAD",
                  "WINDOW_LAG",
                  "WINDOW_FILL")));
  static final Set<String> ENGINE_SCHEMAS = Set.of("information_schema", "pg_catalog", "main");

  private KnownNodes() {}
}
