import Alert, { type AlertProps } from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { Link, Navigate, useLocation } from "react-router";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { PageTitle } from "../shared/page-title";
import { useSingleMutation } from "../shared/single-mutation";
import { useValidatedForm } from "../shared/validated-form";
import { isAccountError } from "./account-error";
import { accountMessages } from "./account-messages";
import { ConfirmForm } from "./confirm-form";
import { signInErrors } from "./credentials";
import { signInAs, useSession } from "./session";

/** The navigation state that other pages pass to this page. */
export interface SignInState {
  /** The path to return to after signing in. */
  back?: string;
  /** The email address that the user already entered. */
  email?: string;
  /** Whether the user has just confirmed the email address. */
  isConfirmed?: boolean;
}

export default function SignInPage() {
  const { back = "/", email: initialEmail = "", isConfirmed = false } = (useLocation().state ?? {}) as SignInState;
  const [email, setEmail] = useState(initialEmail);
  const [password, setPassword] = useState("");
  const { user, hasExpired } = useSession();
  const signingIn = useSingleMutation({ mutationFn: () => signInAs(email.trim(), password) });

  const { onSubmit, errors } = useValidatedForm(signInErrors({ email, password }), () => {
    signingIn.mutate();
  });

  if (user) return <Navigate to={back} replace />;
  if (isAccountError(signingIn.error, "unconfirmed"))
    return (
      <div className="narrow">
        <PageTitle>{accountMessages.signUp.confirmTitle}</PageTitle>
        <ConfirmForm email={email.trim()} password={password} back={back} onOtherAddress={signingIn.reset} />
      </div>
    );
  return (
    <div className="narrow">
      <PageTitle>{accountMessages.signIn.title}</PageTitle>
      {isConfirmed && <Notice type="success">{accountMessages.signIn.confirmed}</Notice>}
      {hasExpired && <Notice type="info">{accountMessages.signIn.sessionExpired}</Notice>}
      <FormPanel
        onSubmit={onSubmit}
        secondaryActions={
          <>
            {accountMessages.signIn.noAccount}{" "}
            <Link to="/sign-up" state={{ back, email }}>
              {accountMessages.signIn.signUp}
            </Link>
          </>
        }
        submit={
          <Button variant="primary" formAction="submit" loading={signingIn.isPending} loadingText={accountMessages.signIn.submitting}>
            {accountMessages.signIn.submit}
          </Button>
        }
      >
        <FormField label={accountMessages.signIn.email} errorText={errors.email}>
          <Input value={email} type="email" name="username" autoComplete="username" onChange={({ detail }) => setEmail(detail.value)} />
        </FormField>
        <FormField label={accountMessages.signIn.password} errorText={errors.password}>
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

/** Says above the form why the user is here. */
const Notice = (props: AlertProps) => (
  <Box margin={{ bottom: "l" }}>
    <Alert {...props} />
  </Box>
);
