import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Navigate, useLocation } from "react-router";
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
      <PageTitle>Sign up</PageTitle>
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
          Have an account?{" "}
          <Link to="/sign-in" state={{ ...state, email }}>
            Sign in
          </Link>
        </>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={registering.isPending} loadingText="Signing up">
          Sign up
        </Button>
      }
    >
      <FormField label="E-mail address" constraintText="A code is mailed to it." errorText={errors.email}>
        <Input value={email} type="email" name="username" autoComplete="username" onChange={({ detail }) => setEmail(detail.value)} />
      </FormField>
      <FormField
        label="Password"
        constraintText="At least 12 characters: lower and upper case, a digit, a symbol."
        errorText={errors.password}
      >
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
  const again = useMutation({ mutationFn: async () => (await loadModule(() => import("./account"))).sendCodeAgain(email.trim()) });
  const { onSubmit, errors } = useValidatedForm(codeErrors(code), () => {
    if (!confirming.isPending) confirming.mutate();
  });
  return (
    <FormPanel
      onSubmit={onSubmit}
      secondaryActions={
        <Button variant="inline-link" formAction="none" loading={again.isPending} onClick={() => again.mutate()}>
          {again.isSuccess ? "Sent again" : "Send the code again"}
        </Button>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={confirming.isPending} loadingText="Confirming">
          Confirm
        </Button>
      }
    >
      <Box>
        A code is on its way to <strong>{email}</strong>.
      </Box>
      <FormField
        label="Code"
        constraintText="Six digits. A laptop’s local cloud mails to nobody: there, any six will do."
        errorText={errors.code}
      >
        <Input value={code} inputMode="numeric" autoComplete="one-time-code" onChange={({ detail }) => setCode(detail.value)} />
      </FormField>
      {(confirming.error ?? again.error) && <ErrorNotice error={confirming.error ?? again.error} />}
    </FormPanel>
  );
}
