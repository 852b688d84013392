extension Problem {
    var title: Words {
        switch self {
        case .brokenEnvelope: Words("The request cannot be read", "请求无法读取")
        case .badSignature: Words("The signature does not hold", "签名不符")
        case .bodyTooLarge: Words("The request is too large", "请求过大")
        case .decompressionLimit: Words("The request is too large when decompressed", "请求解压后过大")
        case .clientTooOld: Words("This client is too old for the centre", "客户端版本过旧")
        case .clientTooNew: Words("This client is newer than the centre", "客户端版本比中心新")
        case .unsupportedContentType: Words("This content type is not accepted", "不接受这种内容类型")
        case .notAcceptable: Words("No answer of the wanted type", "没有所要求类型的应答")
        case .notFound: Words("No such address", "没有这个地址")
        case .methodNotAllowed: Words("This method is not for this address", "该地址不支持这种方法")
        case .tooManyCommands: Words("Too many commands in one request", "一次请求中的命令过多")
        case .brokenChain: Words("The command chain does not add up", "命令链不连续")
        case .unreadablePayload: Words("The command cannot be read", "命令内容无法读取")
        case .unreadableAnswer: Words("The centre's answer cannot be read", "中心的应答无法读取")
        case .requestTimedOut: Words("The request took too long to arrive", "请求传输超时")
        case .unknownDevice: Words("The centre does not know this device", "中心不认识这台设备")
        case .badCertificate: Words("The certificate is not from this centre", "证书不是本中心签发的")
        case .wrongCode: Words("Wrong enrolment code", "注册码错误")
        case .usedCode: Words("The enrolment code has been used", "注册码已被使用")
        case .expiredCode: Words("The enrolment code has expired", "注册码已过期")
        case .tooManyAttempts: Words("Too many attempts", "尝试次数过多")
        case .notEnrolled: Words("This device is not enrolled", "本设备尚未注册")
        case .enrolAgain: Words("This device must enrol again", "本设备须重新注册")
        case .certificateRequired: Words("The centre wants the certificate", "中心需要证书")
        case .replicaTaken: Words("This replica is enrolled with another key", "该副本已用另一把密钥注册")
        case .tokenExpired: Words("The token is not good any more", "令牌已失效")
        case .overloaded: Words("The centre is busy", "中心繁忙")
        case .storeUnavailable: Words("The centre cannot write at the moment", "中心暂时无法写入")
        case .storeFull: Words("The centre's disk is full", "中心磁盘已满")
        case .internalError: Words("The centre made a mistake", "中心内部错误")
        case .stopping: Words("The centre is restarting", "中心正在重启")
        case .brokenKeyFile: Words("The key cannot be read", "密钥无法读取")
        }
    }

    var meaning: Words {
        switch self {
        case .brokenEnvelope:
            Words(
                "The body is cut off, damaged, or not a message of the protocol. Nothing was stored.",
                "请求体被截断、损坏，或不是本协议的消息。什么都没有保存。")
        case .badSignature:
            Words(
                "The request was changed on its way, or signed by another device. Nothing was stored.",
                "请求在途中被改动，或由另一台设备签名。什么都没有保存。")
        case .bodyTooLarge: Words("The body is larger than the centre reads.", "请求体超过中心的接收上限。")
        case .decompressionLimit:
            Words("The body grows beyond the limit when it is decompressed.", "请求体解压后超过上限。")
        case .clientTooOld:
            Words("The centre no longer reads this version of the protocol.", "中心不再支持这个协议版本。")
        case .clientTooNew: Words("The centre does not yet read this version of the protocol.", "中心尚不支持这个协议版本。")
        case .unsupportedContentType:
            Words("Bodies are \(ContentType.sync), and nothing else.", "请求体只能是 \(ContentType.sync)。")
        case .notAcceptable:
            Words(
                "Answers are \(ContentType.sync) or \(ContentType.json).",
                "应答只能是 \(ContentType.sync) 或 \(ContentType.json)。")
        case .notFound: Words("Nothing is served at this address.", "该地址没有服务。")
        case .methodNotAllowed: Words("The address exists, the method does not.", "地址存在，但不支持该方法。")
        case .tooManyCommands:
            Words(
                "A request carries at most \(WireLimits.commandsPerRequestMax) commands.",
                "一次请求最多携带 \(WireLimits.commandsPerRequestMax) 条命令。")
        case .brokenChain:
            Words(
                "The headers made from the commands do not lead to the signed chain head. Nothing was stored.",
                "由命令重建的链与已签名的链头不符。什么都没有保存。")
        case .unreadablePayload:
            Words(
                "The sealed bytes of one command cannot be read. The command is stored and held.",
                "某条命令的密封内容无法读取。命令已保存并挂起。")
        case .unreadableAnswer:
            Words(
                "What came back is damaged or from a newer release. Nothing of it was used.",
                "收到的应答已损坏，或来自更新的版本。其内容一律未采用。")
        default: meaningOfSenderOrCentre
        }
    }

    private var meaningOfSenderOrCentre: Words {
        switch self {
        case .requestTimedOut: Words("The rest of the body did not come in time.", "请求体其余部分没有及时到达。")
        case .unknownDevice:
            Words("No device with this certificate is in the store.", "库中没有持此证书的设备。")
        case .badCertificate:
            Words("No key of this centre has signed the certificate.", "证书不是由本中心的任何密钥签发的。")
        case .wrongCode: Words("No open enrolment code is like this one.", "没有与之相符的有效注册码。")
        case .usedCode: Words("Another device has enrolled with this code.", "另一台设备已用此码注册。")
        case .expiredCode: Words("The code was not used in time.", "注册码未在有效期内使用。")
        case .tooManyAttempts:
            Words(
                "Too many wrong codes came from here; the centre is not listening for a while.",
                "来自此处的错误注册码过多，中心暂停受理一段时间。")
        case .notEnrolled: Words("The request carries neither certificate nor token.", "请求中既无证书也无令牌。")
        case .enrolAgain:
            Words("The device was revoked, or a copy of it goes on elsewhere.", "设备已被注销，或其副本正在别处使用。")
        case .certificateRequired:
            Words("The token is not one of this centre's; its keys may have changed.", "令牌不属于本中心；中心的密钥可能已更换。")
        case .replicaTaken: Words("Another key has enrolled under this replica's identity.", "另一把密钥已以该副本的身份注册。")
        case .tokenExpired:
            Words("It has run out, or its device was revoked.", "令牌已过期，或其设备已被停用。")
        case .overloaded: Words("More requests came at once than the centre takes.", "同时到达的请求超过中心的处理能力。")
        case .storeUnavailable: Words("The store does not answer. Nothing was stored.", "存储没有响应。什么都没有保存。")
        case .storeFull: Words("There is no room to write. Nothing was stored.", "没有写入空间。什么都没有保存。")
        case .internalError: Words("A fault in the centre's program. Nothing was stored.", "中心程序出错。什么都没有保存。")
        case .stopping: Words("The centre takes no new requests just now.", "中心此刻不接受新请求。")
        case .brokenKeyFile:
            Words(
                "The key file is not one, or is damaged. Certificates cannot be signed nor verified.",
                "密钥文件不符合格式或已损坏，无法签发和验证证书。")
        default: title
        }
    }

    var action: Words {
        switch self {
        case .brokenEnvelope, .requestTimedOut:
            Words("Sync again; your commands are still on this device.", "请再次同步；您的命令仍在本机。")
        case .badSignature, .brokenChain:
            Words("Sync again. If it stays so, export the outbox and ask the operator.", "请再次同步。如仍不行，请导出发件箱并联系运维。")
        case .bodyTooLarge, .decompressionLimit, .tooManyCommands:
            Words("Send fewer commands in one request.", "请在一次请求中少发一些命令。")
        case .clientTooOld: Words("Install the current client; unsent work is kept.", "请安装新版客户端；未发出的工作会保留。")
        case .clientTooNew:
            Words("Ask the operator to upgrade the centre; unsent work is kept.", "请运维升级中心；未发出的工作会保留。")
        case .unsupportedContentType, .notAcceptable:
            Words("Set the content type, or use the gridline client.", "请设置内容类型，或使用 gridline 客户端。")
        case .notFound, .methodNotAllowed:
            Words("Check the server's address in the enrolment.", "请检查注册时填写的服务器地址。")
        case .unreadablePayload:
            Words("The dispatcher sees it; say in a new note what you did.", "派单员可以看到；请用新的备注说明情况。")
        case .unreadableAnswer:
            Words("Sync again. If it stays so, upgrade the client.", "请再次同步。如仍不行，请升级客户端。")
        case .unknownDevice, .badCertificate, .enrolAgain:
            Words("Ask for a new enrolment code and enrol again; unsent work is kept.", "请索取新的注册码并重新注册；未发出的工作会保留。")
        case .wrongCode: Words("Check the code and type it again.", "请核对后重新输入注册码。")
        case .usedCode, .expiredCode: Words("Ask the operator for a new code.", "请向运维索取新的注册码。")
        case .tooManyAttempts: Words("Wait ten minutes, then try again.", "请十分钟后再试。")
        case .notEnrolled: Words("Enrol this device first: gridline enrol.", "请先注册本设备：gridline enrol。")
        case .certificateRequired: Words("The client sends its certificate by itself; sync again.", "客户端会自动发送证书；请再次同步。")
        case .tokenExpired: Words("Sync: the answer brings a new one.", "请同步一次，应答会带来新令牌。")
        case .replicaTaken: Words("Enrol with a new replica in an empty folder.", "请在空目录中以新副本注册。")
        case .overloaded, .storeUnavailable, .stopping:
            Words("Wait and sync again; your commands are still on this device.", "请稍后再同步；您的命令仍在本机。")
        case .storeFull: Words("Tell the operator; your commands are still on this device.", "请通知运维；您的命令仍在本机。")
        case .internalError:
            Words(
                "Sync again later and tell the operator; your commands are still on this device.",
                "请稍后再同步并通知运维；您的命令仍在本机。")
        case .brokenKeyFile: Words("Restore the key file from its own backup.", "请从单独的备份中恢复密钥文件。")
        }
    }
}
