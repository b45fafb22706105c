import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { Link, Navigate, useLocation, useNavigate } from "react-router";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { loadModule } from "../shared/load-module";
import { PageTitle } from "../shared/page-title";
import { useSingleMutation } from "../shared/single-mutation";
import { useValidatedForm } from "../shared/validated-form";
import { isAccountError } from "./account-error";
import { accountMessages } from "./account-messages";
import { ConfirmForm } from "./confirm-form";
import { signUpErrors } from "./credentials";
import { useUser } from "./session";
import type { SignInState } from "./sign-in-page";

interface SignUpState extends SignInState {
  /** Whether the email address only needs its code. In the navigation state, so it is kept after a reload. */
  needsCode?: boolean;
}

export default function SignUpPage() {
  const state = (useLocation().state ?? {}) as SignUpState;
  const navigate = useNavigate();
  const [email, setEmail] = useState(state.email ?? "");
  const [password, setPassword] = useState("");
  const replaceState = (next: SignUpState) => void navigate("/sign-up", { replace: true, state: { ...state, ...next } });

  if (useUser()) return <Navigate to={state.back ?? "/"} replace />;
  return (
    <div className="narrow">
      <PageTitle>{state.needsCode ? accountMessages.signUp.confirmTitle : accountMessages.signUp.title}</PageTitle>
      {state.needsCode && state.email ? (
        <ConfirmForm email={state.email} password={password} back={state.back} onOtherAddress={() => replaceState({ needsCode: false })} />
      ) : (
        <RegisterForm {...{ email, setEmail, password, setPassword, state }} onRegistered={() => replaceState({ email: email.trim(), needsCode: true })} />
      )}
    </div>
  );
}

interface RegisterFormProps {
  email: string;
  setEmail: (email: string) => void;
  password: string;
  setPassword: (password: string) => void;
  state: SignInState;
  /** Called when the account exists and needs its code. */
  onRegistered: () => void;
}

function RegisterForm({ email, setEmail, password, setPassword, state, onRegistered }: RegisterFormProps) {
  const registering = useSingleMutation({
    mutationFn: async () => (await loadModule(() => import("./account"))).register(email.trim(), password),
    onSuccess: onRegistered,
  });
  const { onSubmit, errors } = useValidatedForm(signUpErrors({ email, password }), () => {
    registering.mutate();
  });
  return (
    <FormPanel
      onSubmit={onSubmit}
      secondaryActions={
        <>
          {accountMessages.signUp.hasAccount}{" "}
          <Link to="/sign-in" state={{ ...state, email }}>
            {accountMessages.signUp.signIn}
          </Link>
        </>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={registering.isPending} loadingText={accountMessages.signUp.submitting}>
          {accountMessages.signUp.submit}
        </Button>
      }
    >
      <FormField label={accountMessages.signIn.email} constraintText={accountMessages.signUp.emailHint} errorText={errors.email}>
        <Input value={email} type="email" name="username" autoComplete="username" onChange={({ detail }) => setEmail(detail.value)} />
      </FormField>
      <FormField label={accountMessages.signIn.password} constraintText={accountMessages.signUp.passwordHint} errorText={errors.password}>
        <Input
          value={password}
          type="password"
          name="new-password"
          autoComplete="new-password"
          onChange={({ detail }) => setPassword(detail.value)}
        />
      </FormField>
      {registering.error && <ErrorNotice error={registering.error} />}
      {isAccountError(registering.error, "email-exists") && (
        <div>
          {accountMessages.signUp.existsWithoutCode}{" "}
          <Button variant="inline-link" formAction="none" onClick={onRegistered}>
            {accountMessages.signUp.goToCode}
          </Button>
        </div>
      )}
    </FormPanel>
  );
}
