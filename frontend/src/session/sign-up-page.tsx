import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Navigate, useLocation } from "react-router";
import { messages } from "../messages";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { loadModule } from "../shared/load-module";
import { PageTitle } from "../shared/page-title";
import { useValidatedForm } from "../shared/validated-form";
import { codeErrors, signUpErrors } from "./credentials";
import { signInAs, useUser } from "./session";
import type { SignInState } from "./sign-in-page";

export default function SignUpPage() {
  const state = (useLocation().state ?? {}) as SignInState;
  const [email, setEmail] = useState(state.email ?? "");
  const [password, setPassword] = useState("");
  const [isRegistered, setRegistered] = useState(false);

  if (useUser()) return <Navigate to={state.back ?? "/"} replace />;
  return (
    <div className="narrow">
      <PageTitle>{messages.signUp.title}</PageTitle>
      {isRegistered ? (
        <ConfirmForm email={email} password={password} />
      ) : (
        <RegisterForm {...{ email, setEmail, password, setPassword, state }} onRegistered={() => setRegistered(true)} />
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
  onRegistered: () => void;
}

function RegisterForm({ email, setEmail, password, setPassword, state, onRegistered }: RegisterFormProps) {
  const registering = useMutation({
    mutationFn: async () => (await loadModule(() => import("./account"))).register(email.trim(), password),
    onSuccess: onRegistered,
  });
  const { onSubmit, errors } = useValidatedForm(signUpErrors({ email, password }), () => {
    if (!registering.isPending) registering.mutate();
  });
  return (
    <FormPanel
      onSubmit={onSubmit}
      secondaryActions={
        <>
          {messages.signUp.hasAccount}{" "}
          <Link to="/sign-in" state={{ ...state, email }}>
            {messages.signUp.signIn}
          </Link>
        </>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={registering.isPending} loadingText={messages.signUp.submitting}>
          {messages.signUp.submit}
        </Button>
      }
    >
      <FormField label={messages.signIn.email} constraintText={messages.signUp.emailHint} errorText={errors.email}>
        <Input value={email} type="email" name="username" autoComplete="username" onChange={({ detail }) => setEmail(detail.value)} />
      </FormField>
      <FormField label={messages.signIn.password} constraintText={messages.signUp.passwordHint} errorText={errors.password}>
        <Input
          value={password}
          type="password"
          name="new-password"
          autoComplete="new-password"
          onChange={({ detail }) => setPassword(detail.value)}
        />
      </FormField>
      {registering.error && <ErrorNotice error={registering.error} />}
    </FormPanel>
  );
}

function ConfirmForm({ email, password }: { email: string; password: string }) {
  const [code, setCode] = useState("");
  const confirming = useMutation({
    mutationFn: async () => {
      const { confirm } = await loadModule(() => import("./account"));
      await confirm(email.trim(), code.trim());
      await signInAs(email.trim(), password);
    },
  });
  const resending = useMutation({ mutationFn: async () => (await loadModule(() => import("./account"))).resendCode(email.trim()) });
  const { onSubmit, errors } = useValidatedForm(codeErrors(code), () => {
    if (!confirming.isPending) confirming.mutate();
  });
  return (
    <FormPanel
      onSubmit={onSubmit}
      secondaryActions={
        <Button variant="inline-link" formAction="none" loading={resending.isPending} onClick={() => resending.mutate()}>
          {resending.isSuccess ? messages.signUp.codeResent : messages.signUp.resendCode}
        </Button>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={confirming.isPending} loadingText={messages.signUp.confirming}>
          {messages.signUp.confirm}
        </Button>
      }
    >
      <Box>{messages.signUp.enterCode(email)}</Box>
      <FormField label={messages.signUp.code} constraintText={messages.signUp.codeHint} errorText={errors.code}>
        <Input value={code} inputMode="numeric" autoComplete="one-time-code" onChange={({ detail }) => setCode(detail.value)} />
      </FormField>
      {(confirming.error ?? resending.error) && <ErrorNotice error={confirming.error ?? resending.error} />}
    </FormPanel>
  );
}
