# Đào tạo: bài thực hành, chứng nhận, sổ tay.
nav-training = Đào tạo
training-explained = Mỗi bài kể về một hộ không có thật. Anh, chị điền phiếu như khi đi rà soát; máy so với đáp án và giải thích từng chỗ khác. Hồ sơ thật không bị động đến.
training-handbook = Mở sổ tay
training-booklet = Sổ tay để in (PDF)
training-module = Bài
training-level = Mức
training-state = Tình trạng
training-required = bắt buộc
training-done = Hoàn thành ngày { $day }.
training-out-of-date = Hoàn thành ngày { $day }, nhưng chuẩn đã thay đổi từ đó: hãy làm lại.
training-open = Chưa làm
training-certificate = Giấy chứng nhận hoàn thành
training-certificate-title = GIẤY CHỨNG NHẬN HOÀN THÀNH
training-certificate-text = đã hoàn thành bài “{ $module }” ngày { $day }, theo chuẩn:
training-changed-since = Chuẩn đã thay đổi sau khi anh, chị hoàn thành bài này. Hãy làm lại bài.
training-require = Điều kiện để ra quyết định
training-require-explained = Người chưa hoàn thành các bài được chọn theo chuẩn của kỳ rà soát thì không ra quyết định được. Không chọn bài nào thì chỉ nhắc, không chặn. Chỉ chọn bài có ở mọi chuẩn đang rà soát.
training-nothing-kept = Điều điền ở đây không được lưu; chỉ lưu việc đã hoàn thành bài.
training-story = Hộ gia đình
training-form = Phiếu hỏi
training-form-hint = Trả lời theo lời kể và hình vẽ. Điều lời kể không nói đến thì để trống.
training-member = Thành viên { $number }
training-compare = So với đáp án
training-differences = { $count ->
        [one] Một chỗ khác
        *[other] { $count } chỗ khác
    }
training-about = Về
training-yours = Anh, chị ghi
training-right = Đáp án
training-why = Vì sao
training-where = Sổ tay, điều luật
training-page = Trang { $number }
training-unreadable = Có câu trả lời không đọc được; xem chỗ đánh dấu trong phiếu.
training-told-old = Chuẩn đã thay đổi sau khi anh, chị hoàn thành: { $modules }.
training-told-missing = Anh, chị chưa hoàn thành: { $modules }.
training-told-required = Phải hoàn thành các bài bắt buộc thì mới ra quyết định được.
