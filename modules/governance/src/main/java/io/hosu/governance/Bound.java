package io.hosu.governance;

import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** What narrows the rights with which a principal acts. A bound never adds any. */
public sealed interface Bound {

  /** Only what lies in these domains: the scope of a credential. */
  record Domains(NavigableSet<String> names) implements Bound {
    public Domains {
      names = Collections.unmodifiableNavigableSet(new TreeSet<>(names));
    }
  }

  /** Only what these grants allow, whoever they are to: the policy of a session. */
  record Session(List<Grant> grants) implements Bound {
    public Session {
      grants = List.copyOf(grants);
    }
  }

  /** Only what {@code other} may do too. */
  record Other(Principal other) implements Bound {}
}
