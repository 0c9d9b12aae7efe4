import { base64url, utf8 } from "../lib/crypto";

/** What an authenticator may do wrong, or otherwise than others. */
type Quirks = {
  origin?: string;
  rpId?: string;
  userVerified?: boolean;
  counter?: number;
  type?: string;
  challenge?: string;
  userHandle?: string | null;
};

const concat = (...parts: Uint8Array[]) => {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
const bytes = (...values: number[]) => new Uint8Array(values);
const digest = async (data: Uint8Array<ArrayBuffer>) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", data));

/** CBOR (RFC 8949), as far as WebAuthn needs it. */
const cbor = {
  text: (text: string) => concat(bytes(0x60 | text.length), utf8(text)),
  bytes: (data: Uint8Array) => concat(bytes(0x59, data.length >> 8, data.length & 255), data),
};

/** A signature as r and s (IEEE P1363) in the form of DER, as authenticators write it. */
function der(signature: Uint8Array): Uint8Array {
  const integer = (part: Uint8Array) => {
    const start = part.findIndex((byte) => byte !== 0);
    const digits = part.slice(start);
    const positive = digits[0]! & 0x80 ? concat(bytes(0), digits) : digits;
    return concat(bytes(0x02, positive.length), positive);
  };
  const both = concat(integer(signature.slice(0, 32)), integer(signature.slice(32)));
  return concat(bytes(0x30, both.length), both);
}

/** A software authenticator with one ES256 key, as WebAuthn level 3 describes it. */
export async function authenticator() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const pair = (await crypto.subtle.generateKey(algorithm, true, ["sign"])) as CryptoKeyPair;
  const raw = (await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer;
  const point = new Uint8Array(raw);
  const id = crypto.getRandomValues(new Uint8Array(32));
  const cose = concat(
    bytes(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32),
    point.slice(1, 33),
    bytes(0x22, 0x58, 32),
    point.slice(33, 65),
  );
  let counter = 0;
  let userHandle: string | null = null;

  const clientData = (type: string, challenge: string, quirks: Quirks) =>
    utf8(
      JSON.stringify({
        type: quirks.type ?? type,
        challenge: quirks.challenge ?? challenge,
        origin: quirks.origin ?? "https://rimlight.test",
        crossOrigin: false,
      }),
    );
  const authData = async (rpId: string, flags: number, quirks: Quirks) => {
    const count = quirks.counter ?? counter;
    const verified = quirks.userVerified === false ? 0 : 0x04;
    return concat(
      await digest(utf8(quirks.rpId ?? rpId)),
      bytes(0x01 | verified | flags, count >>> 24, (count >> 16) & 255, (count >> 8) & 255),
      bytes(count & 255),
    );
  };
  const named = { id: base64url(id), rawId: base64url(id), type: "public-key" as const };

  return {
    id: base64url(id),
    async create(
      options: { challenge: string; rp: { id: string }; user: { id: string } },
      quirks: Quirks = {},
    ) {
      userHandle = options.user.id;
      const data = concat(
        await authData(options.rp.id, 0x40, quirks),
        new Uint8Array(16),
        bytes(0, id.length),
        id,
        cose,
      );
      const attestation = concat(
        bytes(0xa3),
        cbor.text("fmt"),
        cbor.text("none"),
        cbor.text("attStmt"),
        bytes(0xa0),
        cbor.text("authData"),
        cbor.bytes(data),
      );
      return {
        ...named,
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(clientData("webauthn.create", options.challenge, quirks)),
          attestationObject: base64url(attestation),
          transports: ["internal"],
        },
      };
    },
    async get(options: { challenge: string; rpId: string }, quirks: Quirks = {}) {
      counter += 1;
      const client = clientData("webauthn.get", options.challenge, quirks);
      const data = await authData(options.rpId, 0, quirks);
      const signed = concat(data, await digest(client));
      const hash = { name: "ECDSA", hash: "SHA-256" };
      const signature = await crypto.subtle.sign(hash, pair.privateKey, signed);
      const handle = quirks.userHandle === undefined ? userHandle : quirks.userHandle;
      return {
        ...named,
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(der(new Uint8Array(signature))),
          ...(handle && { userHandle: handle }),
        },
      };
    },
  };
}

export type Authenticator = Awaited<ReturnType<typeof authenticator>>;
