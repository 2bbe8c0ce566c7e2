import { type Call, iso, userOf } from "./action.ts";
import type { Xml } from "../xml.ts";

const whole = { IsTruncated: false };

/** A user's other credentials, listed only: practice AWS accepts none of them anywhere. */
export function listSshPublicKeys(call: Call): Xml {
  const { name, sshKeys } = userOf(call);
  const listed = (sshKeys ?? []).map((SSHPublicKeyId) => ({
    UserName: name,
    SSHPublicKeyId,
    Status: "Active",
    UploadDate: iso(0),
  }));
  return { SSHPublicKeys: listed, ...whole };
}

export function listServiceCredentials(call: Call): Xml {
  const { name, serviceCredentials } = userOf(call);
  const listed = (serviceCredentials ?? []).map((id) => ({
    UserName: name,
    Status: "Active",
    ServiceUserName: `${name}-at-${call.caller.account.accountId}`,
    CreateDate: iso(0),
    ServiceSpecificCredentialId: id,
    ServiceName: "codecommit.amazonaws.com",
  }));
  return { ServiceSpecificCredentials: listed, ...whole };
}

export function listSigningCertificates(call: Call): Xml {
  const { name, signingCertificates } = userOf(call);
  const listed = (signingCertificates ?? []).map((CertificateId) => ({
    UserName: name,
    CertificateId,
    CertificateBody: "PRACTICE",
    Status: "Active",
    UploadDate: iso(0),
  }));
  return { Certificates: listed, ...whole };
}
