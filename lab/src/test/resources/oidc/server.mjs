// A real OpenID Connect provider for tests. Users are what their names say: ROLE-TENANT or
// ROLE-TENANT-LOCATION, such as worker-HARBOR-DTN.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, port, redirect, seconds] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")).href);

const claims = (id) => {
  const [role, tenant, location] = id.split("-");
  return {
    sub: id,
    roles: [role],
    tenants: [tenant],
    ...(location ? { locations: [location] } : {}),
  };
};

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "visit-balance",
      client_secret: "not-a-secret-outside-of-this-test",
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: [redirect],
      post_logout_redirect_uris: [new URL("/", redirect).href],
    },
  ],
  claims: { openid: ["sub", "roles", "tenants", "locations"] },
  conformIdTokenClaims: false,
  features: { revocation: { enabled: true } },
  pkce: { required: () => true },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  ttl: { AccessToken: Number(seconds), IdToken: Number(seconds), Interaction: 600, Session: 600, Grant: 600, RefreshToken: 600 },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => claims(id) }),
  loadExistingGrant: async (ctx) => {
    const { client, session } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({
      clientId: client.clientId,
      accountId: session.accountId,
    });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
