namespace Recsys.Storage;

/// <summary>The store can't be reached or can't write now (connection lost, disk full): a retry may help.</summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Says what is down.</summary>
    public StoreUnavailableException(string message) : base(message)
    {
    }

    /// <summary>Says what is down, and the cause.</summary>
    public StoreUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
