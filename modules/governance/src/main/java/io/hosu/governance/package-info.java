/**
 * Who may do what: principals and their credentials, grants, decisions, and the audit record of
 * them. Whatever no grant allows is refused.
 */
@NullMarked
package io.hosu.governance;

import org.jspecify.annotations.NullMarked;
