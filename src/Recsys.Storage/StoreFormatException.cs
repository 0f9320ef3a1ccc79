namespace Recsys.Storage;

/// <summary>A file or folder isn't what it should be: not a store or training set, written by a newer version, or damaged. A retry doesn't help.</summary>
public sealed class StoreFormatException : Exception
{
    /// <summary>Names the file and what is wrong with it.</summary>
    public StoreFormatException(string message) : base(message)
    {
    }

    /// <summary>Names the file and what is wrong with it, and the cause.</summary>
    public StoreFormatException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
