"""The TOTP code (RFC 6238, SHA-1, 6 digits, 30 s) of a base32 seed, now: totp.py SEED"""
import base64, hashlib, hmac, struct, sys, time

seed = base64.b32decode(sys.argv[1] + "=" * (-len(sys.argv[1]) % 8))
mac = hmac.digest(seed, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
at = mac[-1] & 15
print(f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}")
