import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Navigate, useLocation } from "react-router";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { PageTitle } from "../shared/page-title";
import { useValidatedForm } from "../shared/validated-form";
import { signInErrors } from "./credentials";
import { signInAs, useSession } from "./session";

/** Where to go after signing in, and what is known already. */
export interface SignInState {
  back?: string;
  email?: string;
}

export default function SignInPage() {
  const { back = "/", email: known = "" } = (useLocation().state ?? {}) as SignInState;
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const { user, hasExpired } = useSession();
  const signingIn = useMutation({ mutationFn: () => signInAs(email.trim(), password) });

  const { onSubmit, errors } = useValidatedForm(signInErrors({ email, password }), () => {
    if (!signingIn.isPending) signingIn.mutate();
  });

  if (user) return <Navigate to={back} replace />;
  return (
    <div className="narrow">
      <PageTitle>Sign in</PageTitle>
      {hasExpired && <Alert type="info">Your session has ended. Sign in again, and you are back where you were.</Alert>}
      <FormPanel
        onSubmit={onSubmit}
        secondaryActions={
          <>
            No account yet?{" "}
            <Link to="/sign-up" state={{ back, email }}>
              Sign up
            </Link>
          </>
        }
        submit={
          <Button variant="primary" formAction="submit" loading={signingIn.isPending} loadingText="Signing in">
            Sign in
          </Button>
        }
      >
        <FormField label="E-mail address" errorText={errors.email}>
          <Input value={email} type="email" name="username" autoComplete="username" onChange={({ detail }) => setEmail(detail.value)} />
        </FormField>
        <FormField label="Password" errorText={errors.password}>
          <Input
            value={password}
            type="password"
            name="password"
            autoComplete="current-password"
            onChange={({ detail }) => setPassword(detail.value)}
          />
        </FormField>
        {signingIn.error && <ErrorNotice error={signingIn.error} />}
      </FormPanel>
    </div>
  );
}
