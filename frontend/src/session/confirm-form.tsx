import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { configQuery } from "../config";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { loadModule } from "../shared/load-module";
import { useSingleMutation } from "../shared/single-mutation";
import { useValidatedForm } from "../shared/validated-form";
import { accountMessages } from "./account-messages";
import { codeHint } from "./code-hint";
import { codeErrors } from "./credentials";
import { signInAs } from "./session";
import type { SignInState } from "./sign-in-page";

interface ConfirmFormProps {
  email: string;
  /** Empty after a reload. The user then enters it on the sign-in page. */
  password: string;
  /** The path to return to after signing in. */
  back: string | undefined;
  /** Returns to the form for another email address. */
  onOtherAddress: () => void;
}

/** Confirms the email address of a new account with the code from the email, and then signs the user in. */
export function ConfirmForm({ email, password, back, onOtherAddress }: ConfirmFormProps) {
  const [code, setCode] = useState("");
  const config = useQuery(configQuery);
  const navigate = useNavigate();
  const signIn: SignInState = { email, ...(back !== undefined && { back }) };
  const confirming = useSingleMutation({
    mutationFn: async () => {
      const { confirm } = await loadModule(() => import("./account"));
      await confirm(email, code.trim());
      const isSignedIn = password !== "" && (await signInAs(email, password).then(() => true, () => false));
      // The code is used up, so the user cannot try again here.
      if (!isSignedIn) await navigate("/sign-in", { replace: true, state: { ...signIn, isConfirmed: true } satisfies SignInState });
    },
  });
  const resending = useSingleMutation({
    mutationFn: async () => (await loadModule(() => import("./account"))).resendCode(email),
    onMutate: () => confirming.reset(),
  });
  const { onSubmit, errors } = useValidatedForm(codeErrors(code), () => {
    if (confirming.isPending) return;
    resending.reset();
    confirming.mutate();
  });
  const error = confirming.error ?? resending.error;
  return (
    <FormPanel
      onSubmit={onSubmit}
      secondaryActions={
        <SpaceBetween direction="horizontal" size="m">
          <Button variant="inline-link" formAction="none" loading={resending.isPending} onClick={() => resending.mutate()}>
            {accountMessages.signUp.resendCode}
          </Button>
          <Button variant="inline-link" formAction="none" onClick={onOtherAddress}>
            {accountMessages.signUp.otherAddress}
          </Button>
          <Link to="/sign-in" state={signIn}>
            {accountMessages.signUp.signIn}
          </Link>
        </SpaceBetween>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={confirming.isPending} loadingText={accountMessages.signUp.confirming}>
          {accountMessages.signUp.confirm}
        </Button>
      }
    >
      <Box>{accountMessages.signUp.enterCode(email)}</Box>
      <FormField label={accountMessages.signUp.code} constraintText={codeHint(config.data)} errorText={errors.code}>
        <Input value={code} inputMode="numeric" autoComplete="one-time-code" onChange={({ detail }) => setCode(detail.value)} />
      </FormField>
      {error && <ErrorNotice error={error} />}
      {resending.isSuccess && (
        <div role="status">
          <Alert type="success">{accountMessages.signUp.codeResent}</Alert>
        </div>
      )}
    </FormPanel>
  );
}
