package io.hosu.governance;

import io.hosu.http.Routes;
import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** The parts of this module, assembled over one state database. May be used from any thread. */
public final class Governance implements AutoCloseable {
  private final Principals principals;
  private final AccessKeys accessKeys;
  private final Tokens tokens;
  private final Domains domains;
  private final Grants grants;
  private final Audit audit;
  private final AuditRecords auditRecords;
  private final Function<OlderAudit, Routes> auditApi;
  private final Policy policy;
  private final Administrator administrator;
  private final Recorder recorder;
  private final Authentication authentication;
  private final MaskKeys maskKeys;
  private final Vault vault;
  private final Tags tags;
  private final Sessions sessions;
  private final Credentials credentials;
  private final InstantSource clock;
  private final Signers signers;
  private final DerivedTokens derivedTokens;
  private final FileKeys fileKeys;
  private final Routes sessionRoutes;
  private final Routes signInRoutes;
  private final Function<GrantFit, Routes> api;

  /** Assembles the parts with the standard settings. */
  public Governance(Database database, Path data, InstantSource clock, Ids ids) {
    this(database, data, clock, ids, GovernanceConfig.standard());
  }

  /** Assembles the parts; what happens to requests for access is told to nobody. */
  public Governance(
      Database database, Path data, InstantSource clock, Ids ids, GovernanceConfig config) {
    this(database, data, clock, ids, config, AccessNews.NONE, ClonedDomains.NONE);
  }

  /**
   * Assembles the parts.
   *
   * @param data the data directory, where the root key is
   * @param news where it is told what happens to requests for access
   * @param cloned which domains are clones
   * @throws io.hosu.kernel.HosuException.Invalid as {@link RootKey#open} does; {@link
   *     GovernanceError#OIDC_INVALID}
   */
  public Governance(
      Database database,
      Path data,
      InstantSource clock,
      Ids ids,
      GovernanceConfig config,
      AccessNews news,
      ClonedDomains cloned) {
    config.oidc().check();
    SecureRandom random = new SecureRandom();
    RootKey rootKey = RootKey.open(data, database, random);
    this.maskKeys = new MaskKeys(rootKey);
    this.vault = new Vault(database, rootKey, clock, ids, random);
    this.principals = new Principals(database, clock, ids);
    this.accessKeys = new AccessKeys(database, rootKey, clock, random);
    this.tokens = new Tokens(database, clock, ids, random);
    this.domains = new Domains(database);
    this.grants = new Grants(database, clock, ids);
    this.tags = new Tags(database);
    AuditChain chain = new AuditChain(rootKey);
    this.audit = new Audit(database, chain, config);
    this.clock = clock;
    this.auditRecords = new AuditRecords(database, chain);
    this.policy = new Policy(database, new PolicyReader(grants, domains, cloned), audit, clock);
    this.administrator = new Administrator(database, principals, accessKeys, tokens, grants);
    this.recorder = new Recorder(audit, clock, new ActingAs(principals, policy));
    this.sessions = new Sessions(database, principals, rootKey, clock, random);
    Holdings.Places places = new Holdings.Places(principals, grants, domains);
    OidcConfigs oidc = config.oidc();
    Function<OidcConfig, OidcProvider> providers =
        each(oidc, one -> new OidcProvider(one.issuer(), clock));
    OidcTokens oidcTokens = new OidcTokens(oidc, providers, clock);
    OidcSignIns signIns = new OidcSignIns(oidc, oidcTokens, database, places, audit, clock);
    Function<OidcConfig, OidcRelay> relays =
        each(
            oidc,
            one ->
                new OidcRelay(
                    one,
                    new OidcClient(one, providers.apply(one), clock, ids),
                    oidcTokens,
                    signIns,
                    recorder));
    this.signInRoutes = new SignInApi(oidc, providers, relays);
    this.credentials = new Credentials(database, principals, accessKeys, tokens, sessions);
    this.derivedTokens = new DerivedTokens(rootKey, credentials, clock);
    this.fileKeys = new FileKeys(rootKey, credentials, clock, random);
    this.signers = new Signers(accessKeys, sessions, fileKeys);
    this.authentication = new Authentication(tokens, sessions, derivedTokens, signIns, recorder);
    Administration administration = new Administration(database, policy, clock);
    Routes sessionsApi = new SessionsApi(sessions, administration, clock);
    this.sessionRoutes =
        router -> router.wrapping(authentication::requiredForAnyDoor).add(sessionsApi);
    CredentialsApi credentialsApi =
        new CredentialsApi(principals, accessKeys, tokens, domains, administration, config, clock);
    Routes principalsApi =
        new PrincipalsApi(principals, accessKeys, tokens, administration, credentialsApi, places);
    Routes groupsApi = new GroupsApi(database, new Groups(principals), places, administration);
    Function<GrantFit, Routes> grantsApi =
        fit -> new GrantsApi(principals, grants, policy, administration, fit);
    this.auditApi =
        older ->
            new AuditApi(
                audit,
                new AuditReading(database, older),
                new AuditVerifier(database, chain, older),
                administration,
                clock);
    Function<GrantFit, Routes> accessApi = fit -> new AccessApi(principals, policy, fit);
    AccessRequests requests = new AccessRequests(clock, ids, news, config.openRequests());
    Routes requestsApi =
        new AccessRequestsApi(
            database,
            requests,
            new AccessRequestsApi.Parts(principals, grants, policy, administration),
            clock);
    Routes tagsApi = new TagsApi(tags, policy, administration);
    Routes vaultApi = new VaultApi(vault, this::detokenizing, administration);
    this.api =
        fit ->
            router ->
                router
                    .add(principalsApi)
                    .add(groupsApi)
                    .add(credentialsApi)
                    .add(grantsApi.apply(fit))
                    .add(accessApi.apply(fit))
                    .add(requestsApi)
                    .add(tagsApi)
                    .add(vaultApi);
  }

  /** What is made of each provider, once. */
  private static <T> Function<OidcConfig, T> each(OidcConfigs all, Function<OidcConfig, T> make) {
    Map<OidcConfig, T> made = new HashMap<>();
    all.all().forEach(one -> made.put(one, make.apply(one)));
    return one -> Objects.requireNonNull(made.get(one));
  }

  /** Whether the credentials that {@code caller} came with are still good. */
  public boolean areGood(Caller caller) {
    return credentials.stand(caller, clock.instant());
  }

  /** Who asks the API. */
  public Authentication authentication() {
    return authentication;
  }

  /** What this module answers, where nobody looks whether grants fit their tables. */
  public Routes api() {
    return api(GrantFit.NONE);
  }

  /** What this module answers; for {@link AuthenticatedRoutes}. */
  public Routes api(GrantFit fit) {
    return api.apply(fit);
  }

  /** Acting as a role: asks by itself who calls, and takes tokens for whatever door. */
  public Routes sessionRoutes() {
    return sessionRoutes;
  }

  /** How to sign in: open to everyone. */
  public Routes signInRoutes() {
    return signInRoutes;
  }

  /** Who acts as which role. */
  public Sessions sessions() {
    return sessions;
  }

  /** Whose access keys requests are signed with. */
  public Signers signers() {
    return signers;
  }

  /** Tokens for one door, in the place of an access key. */
  public DerivedTokens derivedTokens() {
    return derivedTokens;
  }

  /** Access keys for the files of one table. */
  public FileKeys fileKeys() {
    return fileKeys;
  }

  /** Who may act at all. */
  public Principals principals() {
    return principals;
  }

  /** What requests are signed with. */
  public AccessKeys accessKeys() {
    return accessKeys;
  }

  /** What requests to the API carry. */
  public Tokens tokens() {
    return tokens;
  }

  /** The domains and their owners. */
  public Domains domains() {
    return domains;
  }

  /** What was granted. */
  public Grants grants() {
    return grants;
  }

  /** Who did what. */
  public Audit audit() {
    return audit;
  }

  /** The audit records of the state database. */
  public AuditRecords auditRecords() {
    return auditRecords;
  }

  /** What is answered of the audit record; for {@link AuthenticatedRoutes}. */
  public Routes auditApi(OlderAudit older) {
    return auditApi.apply(older);
  }

  /** What doors answer by, so that it is recorded. */
  public Recorder recorder() {
    return recorder;
  }

  /** Who may do what. */
  public Policy policy() {
    return policy;
  }

  /** What things are tagged with. */
  public Tags tags() {
    return tags;
  }

  /** The keys that masks are made with. */
  public MaskKeys maskKeys() {
    return maskKeys;
  }

  /** What the mask {@code token} shows. */
  public Vault vault() {
    return vault;
  }

  /** The way of a request to the values behind tokens. */
  public Detokenizing detokenizing(Caller caller) {
    return new Detokenizing(vault, policy, caller);
  }

  /** The first administrator. */
  public Administrator administrator() {
    return administrator;
  }

  /** Keeps the audit records that still wait. */
  @Override
  public void close() {
    try {
      recorder.close();
    } finally {
      audit.close();
    }
  }
}
