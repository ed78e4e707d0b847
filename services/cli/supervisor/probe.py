"""The smallest HTTP question: does this address answer 200?"""

import asyncio
from urllib.parse import urlsplit


async def answers(url: str, timeout: float = 1.0) -> bool:
    """Whether GET `url` is answered 200 within `timeout` seconds.

    Not aiohttp: importing it costs more than starting both servers does.
    """
    try:
        async with asyncio.timeout(timeout):
            return await _status(url) == 200
    except (OSError, TimeoutError, ValueError, IndexError):
        return False


async def _status(url: str) -> int:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        question = f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        writer.write(f"{question}Connection: close\r\n\r\n".encode("ascii"))
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()
