namespace Recsys.Content.Examples;

/// <summary>Reads streams whose length nobody vouches for.</summary>
internal static class BoundedRead
{
    private const int FirstBytes = 1 << 16;

    /// <summary>All bytes of a stream.</summary>
    /// <param name="stream">Where from.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="said">How many there are said to be; the memory grows with what is there, not with what is said.</param>
    /// <exception cref="InvalidDataException">There are more.</exception>
    internal static byte[] All(Stream stream, string name, long most, long said)
    {
        if (said > most) throw new InvalidDataException($"{name}: it has {said} bytes, expected at most {most}.");
        var buffer = new byte[Math.Clamp(said + 1, 1, FirstBytes)];
        var length = 0;
        while (true)
        {
            var read = stream.Read(buffer, length, buffer.Length - length);
            if (read == 0) return length == buffer.Length ? buffer : buffer[..length];
            length += read;
            if (length > most) throw new InvalidDataException($"{name}: it has more than {most} bytes, expected at most that many.");
            if (length == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, buffer.Length * 2L));
        }
    }
}
