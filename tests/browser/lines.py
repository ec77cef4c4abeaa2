"""Lines that break: what a browser says of them, and answers that nobody hears."""

# What a browser without a line says by itself of every question.
NO_LINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "failed: GET", "failed: POST")


def loses_one(path: str) -> str:
    """A script: the centre does what is asked at a path that ends so, and the page never hears of it, once.

    `window.lost`: how often it was asked.
    """
    return f"""
      window.lost = 0;
      const really = window.fetch;
      window.fetch = async (...asked) => {{
        const answer = await really(...asked);
        const told = new URL(answer.url).pathname.endsWith("{path}");
        if (told && window.lost++ === 0) throw new TypeError("lost");
        return answer;
      }};
    """
