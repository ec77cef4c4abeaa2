"""Which passwords are taken. Pure. Length counts; rules of composition do not (NIST SP 800-63B)."""

import unicodedata

from broker.events import Reason

LEAST = 12
MOST = 200  # a bound on what is hashed
# Of the lists of passwords that are tried first, those long enough to be taken otherwise.
_FIRST_TRIED = """
    123456789012 1234567890123 12345678901234 123456789012345 1234567890123456 12345678901234567890
    012345678901 0123456789012 098765432109 0987654321098 123123123123 112233445566 111222333444
    121212121212 987654321098 147258369147 741852963741 159753159753 qwertyuiop12 qwertyuiop123
    qwertyuiop1234 qwertyuiopas qwertyuiopasdf qwertyuiopasdfgh qwertyuiopasdfghjkl 1234567890qwerty
    qwerty123456 qwerty1234567 qwerty12345678 qwerty123456789 qwertyqwerty 123456qwerty 1234567890qw
    1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1qaz2wsx3edc 1qaz2wsx3edc4rfv qazwsxedcrfv asdfghjkl123
    asdfghjkl1234 asdfghjklasdfghjkl zxcvbnm12345 zxcvbnm123456 password1234 password12345 password123456
    password1234567 password12345678 passwordpassword password!234 mypassword123 letmeinletmein
    letmein12345 welcome12345 welcome123456 adminadminadmin administrator administrator1 administrator123
    admin1234567 admin12345678 admin123456789 admin@123456 changemechangeme changeme1234 iloveyou1234
    iloveyouiloveyou woaini123456 woaini1314520 woaini5201314 5201314520131 52013145201314 aa1234567890
    abcd12345678 abc123456789 abcdefghijkl abcdefghijklm abcdefg12345 a123456789012 a1b2c3d4e5f6
    football1234 baseball1234 princess1234 sunshine1234 superman1234 trustno1trustno1 dragon123456
    monkey123456 master123456 shadow123456 michael12345 charlie12345 computer1234 internet1234
    correcthorsebatterystaple gewugewugewu gewu12345678 gewuadministrator
"""
COMMON = frozenset(_FIRST_TRIED.split())


def plain(password: str) -> str:
    """One spelling of what can be typed in several ways."""
    return unicodedata.normalize("NFKC", password)


def doubt(password: str, login: str) -> Reason | None:
    """Why this password is not taken for this account; None when it is."""
    text = plain(password)
    folded = text.casefold()
    if len(text) < LEAST:
        return Reason(
            code="password_too_short", text=f"a password has at least {LEAST} signs", values={"least": LEAST}
        )
    if len(text) > MOST:
        return Reason(
            code="password_too_long", text=f"a password has at most {MOST} signs", values={"most": MOST}
        )
    if login.casefold() in folded and len(folded) - len(login) < LEAST // 2:
        return Reason(code="password_like_login", text="the password is hardly more than the login name")
    if folded in COMMON or len(set(folded)) < 4:
        return Reason(code="password_common", text="this password is among those that are tried first")
    return None
