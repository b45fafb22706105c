// Who is signed in, and the calls to the API that it takes. Tokens live as long as the tab.
import { openDialog } from "./dom.js";

const KEY = "id_token";
const dialog = document.getElementById("sign-in");
let configuration;

/** Something went wrong; the message says what, in words for the person. */
export class Fault extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** Call the API as the signed-in person; who is not signed in is asked to, and then the call goes on. */
export async function callAsCustomer(path, options) {
  for (let why = ""; ; why = "Your session has ended. Sign in again to go on.") {
    const token = sessionStorage.getItem(KEY) ?? (await signIn(why));
    try {
      return await call(path, { ...options, headers: { ...options?.headers, Authorization: `Bearer ${token}` } });
    } catch (fault) {
      if (fault.status !== 401) throw fault;
      signOut();
    }
  }
}

/** Call the API. Throws a Fault for every answer but a good one. */
export async function call(path, options) {
  const answer = await reach(`/api/${path}`, options);
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw new Fault(inWords(answer.status, body), answer.status);
}

export function signedInAs() {
  const token = sessionStorage.getItem(KEY);
  if (!token) return null;
  const claims = atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(claims).email ?? "you";
}

export function signOut() {
  sessionStorage.removeItem(KEY);
  dispatchEvent(new Event("account"));
}

/** Ask the person for a password. Gives an ID token. Throws a Fault if they would rather not. */
export async function signIn(why = "") {
  const form = dialog.querySelector("form");
  const settings = await readConfiguration();
  const possible = settings?.password_sign_in === true;
  form.querySelector(".fields").hidden = form.querySelector(".primary").hidden = !possible;
  form.querySelector(".fields").inert = !possible;
  form.querySelector(".why").textContent = possible ? why : whyNot(settings);
  openDialog(dialog);
  return new Promise((resolve, reject) => {
    dialog.onclose = () => reject(new Fault("You are not signed in.", 401));
    form.onsubmit = async (event) => {
      event.preventDefault();
      const button = form.querySelector(".primary");
      button.disabled = true;
      try {
        const token = await idToken(settings, form.username.value, form.password.value);
        sessionStorage.setItem(KEY, token);
        form.reset();
        resolve(token);
        dialog.close();
        dispatchEvent(new Event("account"));
      } catch (fault) {
        form.querySelector(".problem").textContent = fault.message;
      } finally {
        button.disabled = false;
      }
    };
  });
}

const whyNot = (settings) => settings
  ? "This page can sign in with a password only, and this deployment does not allow that (PasswordSignIn is false). " +
    "It does on your own machine. See “How can you use it?” in README.md."
  : "This page finds no config.json, so it does not know where to sign in. See “How can you use it?” in README.md.";

async function readConfiguration() {
  configuration ??= await fetch("/config.json").then((answer) => (answer.ok ? answer.json() : null), () => null);
  return configuration;
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html */
async function idToken(settings, USERNAME, PASSWORD) {
  const answer = await reach(settings.cognito_endpoint, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: settings.user_pool_client_id,
      AuthParameters: { USERNAME, PASSWORD },
    }),
  });
  const body = await answer.json().catch(() => ({}));
  if (body.AuthenticationResult) return body.AuthenticationResult.IdToken;
  if (body.ChallengeName) throw new Fault(`This account needs a step that this page does not know: ${body.ChallengeName}.`);
  throw new Fault(body.message ?? "Signing in did not work. Try again.");
}

async function reach(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Fault("The shop cannot be reached. Is the local cloud running, or the network down?");
  }
}

/** A problem document (RFC 9457) in plain words. */
function inWords(status, problem) {
  if (status === 429) return "Too many requests. Wait a moment.";
  if (status >= 500) return problem.detail ?? "The shop does not answer properly right now. Try again in a moment.";
  const faults = (problem.errors ?? []).map(({ pointer, detail }) => `${pointer.slice(1) || "request"}: ${detail}`);
  if (faults.length) return `That was not accepted. ${faults.join("; ")}.`;
  return problem.detail ?? problem.message ?? `The shop answered with status ${status}.`;
}
