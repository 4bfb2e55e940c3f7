package io.hosu.objects.s3;

import io.hosu.governance.SignedIn;
import java.util.Optional;

/**
 * Who signed a request, and how its body is signed.
 *
 * @param body what stands for the body in the signature: a SHA-256, or how the body is sent
 * @param chunks checks the chunks, when each is signed
 */
record SignedRequest(SignedIn who, String body, Optional<ChunkSignatures> chunks) {}
